"""What people attached to their answers: listed by question, looked at, downloaded."""
