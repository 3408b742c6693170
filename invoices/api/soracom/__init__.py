"""The Soracom dialect: bills, exports, credit, orders."""
