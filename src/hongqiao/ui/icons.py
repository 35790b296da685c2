"""The line icons, drawn for this project on a 24-unit grid: one name, one path."""

from django.utils.safestring import SafeString, mark_safe

ICONS = {
    "menu": "M4 7h16M4 12h16M4 17h16",
    "pause": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM10 9v6M14 9v6",
    "bell": "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5a2.2 2.2 0 0 0 4 0",
    "user": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
    "users": "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20a6 6 0 0 1 12 0M15.5 5a3.5 3.5 0 0 1 0 6M18 14l3 5",
    "chevron": "M6 9.5l6 6 6-6",
    "today": "M4 11l8-7 8 7v8.5a.5.5 0 0 1-.5.5H15v-6H9v6H4.5a.5.5 0 0 1-.5-.5z",
    "data": "M5 20v-7M12 20V5M19 20v-11",
    "upload": "M12 16V5M7 9.5 12 4.5l5 5M4.5 16.5v3h15v-3",
    "download": "M12 5v11M7 11.5l5 5 5-5M4.5 19.5h15",
    "copy": "M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "alert": "M12 4 2.8 19.5h18.4zM12 10v4.5M12 17.2v.1",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.7v.1",
    "close": "M6 6l12 12M18 6 6 18",
    "inbox": "M4 13.5 6.5 5h11l2.5 8.5V19H4zM4 13.5h4.5l1.5 2.5h4l1.5-2.5H20",
    "file": "M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5",
    "calendar": "M4.5 6h15v14h-15zM4.5 10.5h15M8.5 3.5V8M15.5 3.5V8",
    "lock": "M6 11h12v9.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "shield": "M12 3.5l7.5 2.5v5.5c0 4.7-3.2 7.8-7.5 9.5-4.3-1.7-7.5-4.8-7.5-9.5V6z",
    "phone": "M7 3.5h3l1.5 4-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4 1.5v3a2 2 0 0 1-2 2A16 16 0 0 1 5 5.5a2 2 0 0 1 2-2z",
    "mail": "M3.5 6h17v12.5h-17zM3.5 7l8.5 6.5L20.5 7",
    "help": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.7 2.2c-.8.5-1.2 1-1.2 2.1M12 17v.1",
    "settings": "M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4",
    "exit": "M14 4.5H5.5v15H14M10.5 12H20M16.5 8.5 20 12l-3.5 3.5",
    "filter": "M4 6h16M7.5 12h9M10.5 18h3",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20",
    "keyboard": "M3.5 7h17v10.5h-17zM7 10.5v.1M11 10.5v.1M15 10.5v.1M17.5 10.5v.1M8 14h8",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.5l3.5 2",
    "undo": "M8.5 5 4.5 9l4 4M4.5 9H15a4.5 4.5 0 0 1 0 9H9",
}


def icon(name: str, css: str = "") -> SafeString:
    """The SVG of an icon, hidden from screen readers (the words beside it speak). KeyError for an unknown name."""
    shape = f'<path d="{ICONS[name]}"/>'
    return mark_safe(  # noqa: S308 - only constants of this file; css comes from templates
        f'<svg class="icon {css}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{shape}</svg>'
    )
