from zna_network.app import create_app

app = create_app()
