"""The endpoints that anybody may use without an account. Whoever adds one, opens a door."""

PUBLIC = {
    "assets.static_file": "styles, scripts and pictures",
}
