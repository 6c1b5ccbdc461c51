"""The base map: a city pack made once from the city's data, and drawn from without any line."""
