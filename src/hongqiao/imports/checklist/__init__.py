"""取数清单: which files a team fetches in a week, which are here, which are late, which pieces are due for a capture.

    plan.json ─► plan.py   what each platform's back end gives, and the brand's own additions and changes (WantedFile)
                   │
    ImportTable ─► week.py what is due this week, ticked by what was imported; until when a gap can still be closed
    contents, content_snapshots ─► curve.py  D1/D3/D7: pieces whose numbers must be captured today
                   │
    views.py · api.py · feed.py (.ics) · jobs.py (a line in the morning to those who fetch)

Nobody is named for what is missing: a line says what is due and where it is found, never who forgot. Serves D1.
"""
