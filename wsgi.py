from zna_network.app import guarded_app

app = guarded_app()
