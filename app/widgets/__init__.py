"""Plain widgets that can be used anywhere; they know no session and no frame."""
