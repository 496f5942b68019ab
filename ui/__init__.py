"""Everything that imports Streamlit, apart from the pages: panels, charts, forms, the map component, the server."""
