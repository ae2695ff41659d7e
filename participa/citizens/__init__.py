"""Who answers: territory, population variables, consent, and what may be told about them."""
