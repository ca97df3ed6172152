"""The only room with a network: from a hub to the landing zone.

`client.HubClient` talks to one hub; `listing.crawl_listing` lands its listing, `cards.fetch_cards` the model cards that
`changes.changed_cards` names. All state lies in the landing zone, so a killed run goes on from there.
"""
