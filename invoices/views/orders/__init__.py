"""What customers order: coupons and long-term discounts, quoted, confirmed and looked at."""
