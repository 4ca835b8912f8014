import CLibpcap
package import Wire

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An interface that can be captured on, permission given.
package struct NetworkInterface: Sendable, Equatable {
  package let name: String
  package let description: String?
  package let addresses: [IPAddress]
  package let isUp: Bool
  package let isLoopback: Bool
}

/// All interfaces that libpcap knows of, `any` included, in its order: the likeliest first. Needs no privileges.
///
/// - Throws: `captureFailed`.
package func interfaces() throws(CaptureError) -> [NetworkInterface] {
  var list: UnsafeMutablePointer<pcap_if_t>?
  var reason = ErrorBuffer()
  guard unsafe pcap_findalldevs(&list, &reason.bytes) == 0 else {
    throw .captureFailed(interface: "all", reason: reason.text)
  }
  // SAFETY: libpcap made a terminated list, whose elements and strings live until it is freed below.
  defer { unsafe pcap_freealldevs(list) }
  var found: [NetworkInterface] = []
  var next = unsafe list
  while let element = unsafe next {
    unsafe found.append(NetworkInterface(element.pointee))
    unsafe next = element.pointee.next
  }
  return found
}

/// For error messages, which have no room for a second error.
func knownInterfaceNames() -> [String] {
  do { return try interfaces().map(\.name) } catch { return [] }
}

extension NetworkInterface {
  fileprivate init(_ raw: pcap_if_t) {
    // SAFETY: see `interfaces`.
    name = unsafe String(cString: raw.name)
    description = unsafe raw.description.map { unsafe String(cString: $0) }
    isUp = unsafe raw.flags & UInt32(PCAP_IF_UP) != 0
    isLoopback = unsafe raw.flags & UInt32(PCAP_IF_LOOPBACK) != 0
    var addresses: [IPAddress] = []
    var next = unsafe raw.addresses
    while let element = unsafe next {
      if let address = unsafe ipAddress(element.pointee.addr) { addresses.append(address) }
      unsafe next = element.pointee.next
    }
    self.addresses = addresses
  }
}

/// nil for addresses of other families, such as those of the link layer.
private func ipAddress(_ socket: UnsafeMutablePointer<sockaddr>?) -> IPAddress? {
  guard let socket = unsafe socket else { return nil }
  // SAFETY: the family says which structure stands there, and the structures have no invalid bit patterns.
  switch unsafe CInt(socket.pointee.sa_family) {
  case AF_INET:
    let inet = unsafe UnsafeRawPointer(socket).loadUnaligned(as: sockaddr_in.self)
    return IPAddress(ipv4: UInt32(bigEndian: inet.sin_addr.s_addr))
  case AF_INET6:
    let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8
    let start = unsafe UnsafeRawPointer(socket) + offset
    return unsafe IPAddress(
      high: UInt64(bigEndian: start.loadUnaligned(as: UInt64.self)),
      low: UInt64(bigEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
  default: return nil
  }
}
