"""A POST over TLS without the server's name in the ClientHello. usage: no_sni.py HOST PATH

The name is resolved by DNS. API_KEY goes along as a bearer token. SSLKEYLOGFILE is heeded.
"""

import http.client
import os
import socket
import ssl
import sys

host, path = sys.argv[1:]
address = socket.getaddrinfo(host, 443, socket.AF_INET, socket.SOCK_STREAM)[0][4]
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
connection = http.client.HTTPSConnection(host)
connection.sock = context.wrap_socket(socket.create_connection(address))
connection.request("POST", path, '{"model":"gpt-4o-mini","messages":[]}', {
    "Authorization": "Bearer " + os.environ["API_KEY"], "Content-Type": "application/json"})
connection.getresponse().read()
connection.close()
