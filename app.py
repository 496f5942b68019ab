"""softsil, the app: `streamlit run app.py`.

Streamlit imports this file once as the server, and runs it again for every page view.
"""

from __future__ import annotations

import streamlit as st

if __name__ == "__main__":
    from ui import navigation

    navigation.show()
else:
    from ui import server

    server.refuse_to_be_open(st.get_option("server.address"))
    app = st.App("app.py", routes=server.ROUTES, middleware=server.middleware(), lifespan=server.lifespan)
