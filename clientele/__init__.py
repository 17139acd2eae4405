"""The Python half of Clientele: behaviour clusters and customer lifetime value."""
