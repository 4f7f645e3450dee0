from zna_network.app import main

main()
