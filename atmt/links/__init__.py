"""Where packets leave and arrive: memory, UDP sockets, AF_PACKET; impairments on any of them."""
