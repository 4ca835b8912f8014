import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport

/// A listener on 127.0.0.1 that answers whatever comes with a short page, and a client to it.
struct WebServer {
  private let channel: any Channel
  let port: Int

  /// - Parameter certificate: speaks TLS with it where there is one.
  init(certificate: TestCertificate? = nil) throws {
    let tls = try certificate.map { certificate in
      try NIOSSLContext(
        configuration: .makeServerConfiguration(
          certificateChain: NIOSSLCertificate.fromPEMFile(certificate.certificatePath).map { .certificate($0) },
          privateKey: .privateKey(NIOSSLPrivateKey(file: certificate.keyPath, format: .pem))))
    }
    channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(Answerer())
        }
      }
      .bind(host: "127.0.0.1", port: 0).wait()
    port = channel.localAddress?.port ?? 0
  }

  func stop() { try? channel.close().wait() }

  /// Sends one GET with `key` over a connection of its own, and waits until the answer closes it.
  ///
  /// - Parameter keyLog: the connection is TLS, and its secrets are appended to this file.
  func request(host: String, key: String, keyLog: URL? = nil) throws {
    let head = "GET /collect HTTP/1.1\r\nHost: \(host)\r\nAuthorization: Bearer \(key)\r\n\r\n"
    let tls = try keyLog.map { try Self.context(keyLog: FileHandle(forWritingTo: $0)) }
    let client = try ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let tls else { return }
          let handler = try NIOSSLClientHandler(context: tls, serverHostname: host)
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
      .connect(host: "127.0.0.1", port: port).wait()
    try client.writeAndFlush(ByteBuffer(string: head)).wait()
    try client.closeFuture.wait()
  }

  private static func context(keyLog: FileHandle) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    configuration.keyLogCallback = { line in
      keyLog.seekToEndOfFile()
      keyLog.write(Data(line.readableBytesView))
    }
    return try NIOSSLContext(configuration: configuration)
  }

  private final class Answerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let page = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
      let answered = context.writeAndFlush(wrapOutboundOut(page))
      let channel = context.channel
      answered.whenComplete { _ in channel.close(promise: nil) }
    }
  }
}
