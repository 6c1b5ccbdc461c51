"""Panels of one matter each, beside the tables and cards that follow from declarations."""
