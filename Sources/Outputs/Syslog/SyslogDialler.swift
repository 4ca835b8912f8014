import NIOCore
import NIOPosix
import NIOSSL

/// A connection to a syslog server, and how messages are told apart on it.
struct SyslogLink: Sendable {
  let channel: any Channel
  let framing: SyslogFraming
}

/// Opens connections to one target.
struct SyslogDialler: Sendable {
  let target: SyslogTarget
  /// Sockets of the system's daemon.
  let localPath: String
  let connectTimeout: TimeAmount
  /// For `tls` targets only.
  let tls: NIOSSLContext?

  #if os(macOS)
    static let systemLogPath = "/var/run/syslog"
  #else
    static let systemLogPath = "/dev/log"
  #endif

  /// - Parameter certificateFile: PEM file of the CAs to trust instead of the system's.
  init(
    target: SyslogTarget, certificateFile: String?, localPath: String, connectTimeout: TimeAmount
  ) throws(OutputError) {
    (self.target, self.localPath, self.connectTimeout) = (target, localPath, connectTimeout)
    guard case .tls = target else {
      tls = nil
      return
    }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    // The end of a run does not wait for a server that does not say goodbye.
    configuration.shutdownTimeout = .milliseconds(300)
    do {
      if let certificateFile {
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(certificateFile))
      }
      tls = try NIOSSLContext(configuration: configuration)
    } catch {
      throw .badCertificateFile(path: certificateFile ?? "the system", reason: "\(error)")
    }
  }

  /// Connects. `makeHandler` is called on the event loop for each channel that is tried.
  func dial(
    on eventLoop: any EventLoop, _ makeHandler: @escaping @Sendable () -> any ChannelHandler
  ) -> EventLoopFuture<SyslogLink> {
    switch target {
    case .udp(let host, let port):
      return datagrams(on: eventLoop, makeHandler).connect(host: host, port: Int(port))
        .map { SyslogLink(channel: $0, framing: .datagram) }
    case .tcp(let host, let port), .tls(let host, let port):
      return streams(on: eventLoop, makeHandler).connect(host: host, port: Int(port))
        .map { SyslogLink(channel: $0, framing: .octetCounting) }
    case .local:
      let path = localPath
      return datagrams(on: eventLoop, makeHandler).connect(unixDomainSocketPath: path)
        .map { SyslogLink(channel: $0, framing: .datagram) }
        .flatMapError { _ in
          streams(on: eventLoop, makeHandler).connect(unixDomainSocketPath: path)
            .map { SyslogLink(channel: $0, framing: .nulTerminated) }
        }
    }
  }

  private func datagrams(
    on eventLoop: any EventLoop, _ makeHandler: @escaping @Sendable () -> any ChannelHandler
  ) -> DatagramBootstrap {
    DatagramBootstrap(group: eventLoop).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(makeHandler())
      }
    }
  }

  private func streams(
    on eventLoop: any EventLoop, _ makeHandler: @escaping @Sendable () -> any ChannelHandler
  ) -> ClientBootstrap {
    let (tls, serverName) = (tls, serverName)
    return ClientBootstrap(group: eventLoop).connectTimeout(connectTimeout).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        if let tls {
          let handler = try NIOSSLClientHandler(context: tls, serverHostname: serverName)
          try channel.pipeline.syncOperations.addHandler(handler)
        }
        try channel.pipeline.syncOperations.addHandler(makeHandler())
      }
    }
  }

  /// What the certificate must name. RFC 6066 section 3 knows host names only; an address is checked against the
  /// connection's own.
  private var serverName: String? {
    guard case .tls(let host, let port) = target else { return nil }
    let isAddress = (try? SocketAddress(ipAddress: host, port: Int(port))) != nil
    return isAddress ? nil : host
  }
}
