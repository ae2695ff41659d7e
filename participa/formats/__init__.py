"""The register of the procedure's official formats: versions, review, digital twins, QR."""
