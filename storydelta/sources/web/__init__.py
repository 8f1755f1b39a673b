"""How the web is visited: with vetted addresses, bounded bodies, and manners."""
