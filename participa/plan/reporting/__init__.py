"""Progress reports and their approval, closing of periods and plans, and the annual report."""
