import Foundation
import NIOCore

#if canImport(Glibc)
  import Glibc
#endif

/// The local syslog daemon's end of a Unix datagram socket. NIO does not receive from senders without a name.
final class LocalDaemon {
  private let descriptor: CInt

  init(path: String) throws {
    #if os(Linux)
      let kind = CInt(SOCK_DGRAM.rawValue)
    #else
      let kind = SOCK_DGRAM
    #endif
    descriptor = socket(AF_UNIX, kind, 0)
    // SAFETY: the address and its length are NIO's, valid for the call.
    let result = unsafe try SocketAddress(unixDomainSocketPath: path).withSockAddr { address, size in
      unsafe bind(descriptor, address, socklen_t(size))
    }
    guard result == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    // SAFETY: the option's value is the structure whose size is told.
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// Waits for `count` datagrams, 20 s for each at most.
  func receive(_ count: Int) -> [String] {
    (0..<count).map { _ in
      var buffer = [UInt8](repeating: 0, count: 65_536)
      // SAFETY: the array has as many bytes as the call is told.
      let received = unsafe recv(descriptor, &buffer, buffer.count, 0)
      return String(decoding: buffer.prefix(max(0, received)), as: UTF8.self)
    }
  }
}
