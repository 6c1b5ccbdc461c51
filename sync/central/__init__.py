"""The central server: Django on PostgreSQL. It imports the core and the contract, never the client's parts."""
