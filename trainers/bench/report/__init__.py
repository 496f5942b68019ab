"""The report: a document of sections with tables and figures, written as HTML, Markdown, or shown in the app."""
