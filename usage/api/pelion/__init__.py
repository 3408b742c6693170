"""The Billing API of the Pelion dialect (contracts/pelion-billing.swagger.yaml)."""
