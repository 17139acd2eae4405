"""The Python half of Clientele: behaviour clusters and customer lifetime value."""

__version__ = "0.1.0"
