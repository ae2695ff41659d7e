def test_an_unknown_address_says_what_to_do(client):
    page = client.get("/no-existe")
    assert page.status_code == 404
    assert "Revise que la dirección o el código estén completos" in page.text
