"""Questionnaires from and to spreadsheets (XLSForm), and the files with the answers."""
