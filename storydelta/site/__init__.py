"""A story as a site of plain files: pages, feeds, tables and a search. Pure: paths and their contents come out."""
