"""Certificates of attendance: the page, the PDF, their verification, and the mail with them."""
