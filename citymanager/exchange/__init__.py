"""Records in files: import and export of a module as CSV, XLSX, GeoJSON and GeoPackage.

What our export writes, our import reads back the same. An import goes the way of every edit: rules, outbox, journal.
"""
