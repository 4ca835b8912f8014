"""Ethernet, IPv4 and TCP frames with right checksums, fast enough for millions of them in plain Python."""

import struct

FIN, SYN, PSH, ACK = 0x01, 0x02, 0x08, 0x10
MSS = 1448  # An Ethernet frame of 1514 bytes, with TCP timestamps.
LARGEST_SEGMENT = 45 * MSS  # As a sending host captures it before segmentation offload: IP total length below 65,536.

HEADERS = struct.Struct(">6s6sH" "HHHHHHII" "HHIIHHHH" "III")
RECORD = struct.Struct("<IIII")
TIMESTAMPS = 0x0101080A  # NOP, NOP, timestamps of 10 bytes: RFC 7323 section 3.2.


def address(text: str) -> int:
    return int.from_bytes(bytes(map(int, text.split("."))), "big")


class Capture:
    """A classic pcap file (microseconds, little-endian, Ethernet), written in large pieces."""

    def __init__(self, path):
        self.file = open(path, "wb", buffering=0)
        self.pending = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)]
        self.pending_bytes, self.bytes, self.packets = 24, 24, 0

    def add(self, microseconds: int, headers: bytes, payload):
        length = len(headers) + len(payload)
        seconds, fraction = divmod(microseconds, 1_000_000)
        self.pending += (RECORD.pack(seconds, fraction, length, length), headers, payload)
        self.pending_bytes += length + 16
        self.bytes += length + 16
        self.packets += 1
        if self.pending_bytes > 8 << 20:
            self.flush()

    def flush(self):
        self.file.write(b"".join(self.pending))
        self.pending, self.pending_bytes = [], 0

    def close(self):
        self.flush()
        self.file.close()


class Side:
    """One end of a TCP connection: what it has sent, and the constant parts of its frames."""

    __slots__ = ("mac", "peer_mac", "ip", "peer_ip", "port", "peer_port", "sequence", "ident", "ip_sum", "tcp_sum")

    def __init__(self, mac, peer_mac, ip, peer_ip, port, peer_port, sequence):
        self.mac, self.peer_mac, self.ip, self.peer_ip = mac, peer_mac, ip, peer_ip
        self.port, self.peer_port, self.sequence, self.ident = port, peer_port, sequence, sequence & 0xFFFF
        # A ones' complement sum of 16-bit words is the number itself modulo 65,535: 2^16 = 1 there. So whole
        # addresses, sequence numbers and payloads can be added as they are.
        self.ip_sum = 0x4500 + 0x4000 + 0x4006 + ip + peer_ip
        self.tcp_sum = ip + peer_ip + 6 + port + peer_port + 0x8000 + 0xFFF0 + TIMESTAMPS

    def frame(self, peer: "Side", flags: int, payload, clock: int) -> bytes:
        """The 66 bytes before `payload`; moves the sequence number on. `clock` is any microsecond count."""
        length = len(payload)
        sequence, acknowledged = self.sequence, peer.sequence if flags & ACK else 0
        self.ident = (self.ident + 1) & 0xFFFF
        stamp = (clock >> 10) & 0xFFFFFFFF
        words = self.tcp_sum + 32 + length + sequence + acknowledged + flags + 2 * stamp
        if length:
            number = int.from_bytes(payload, "big")
            words += number << 8 if length & 1 else number
        self.sequence = (sequence + length + (1 if flags & (SYN | FIN) else 0)) & 0xFFFFFFFF
        return HEADERS.pack(
            self.peer_mac, self.mac, 0x0800,
            0x4500, 52 + length, self.ident, 0x4000, 0x4006,
            -(self.ip_sum + 52 + length + self.ident) % 0xFFFF, self.ip, self.peer_ip,
            self.port, self.peer_port, sequence, acknowledged, 0x8000 | flags, 0xFFF0, -words % 0xFFFF, 0,
            TIMESTAMPS, stamp, stamp)


def connection(client_mac, server_mac, client, server, client_port, server_port, client_sequence, server_sequence):
    """Both sides of a new connection, the client's first."""
    return (
        Side(client_mac, server_mac, client, server, client_port, server_port, client_sequence),
        Side(server_mac, client_mac, server, client, server_port, client_port, server_sequence))
