import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport

/// A syslog server on loopback that keeps what it receives: each message without its framing, in order.
final class SyslogServer: Sendable {
  enum Kind: Sendable {
    case udp(port: Int)
    case tcp(port: Int)
    case tls(NIOSSLContext)
    /// Accepts and never reads.
    case deaf
    /// Closes each connection after its first message.
    case fickle
    case unixStream(path: String)
  }

  let messages: AsyncStream<String>
  let port: UInt16
  private let channel: any Channel

  init(_ kind: Kind) async throws {
    let (messages, continuation) = AsyncStream.makeStream(of: String.self)
    self.messages = messages
    switch kind {
    case .udp(let port): channel = try await Self.datagrams(continuation).bind(host: "127.0.0.1", port: port).get()
    case .unixStream(let path):
      channel = try await Self.streams(.nul, continuation).bind(unixDomainSocketPath: path).get()
    case .tcp(let port):
      channel = try await Self.streams(.counted, continuation).bind(host: "127.0.0.1", port: port).get()
    case .fickle:
      channel = try await Self.streams(.countedOnce, continuation).bind(host: "127.0.0.1", port: 0).get()
    case .tls(let context):
      channel = try await Self.streams(.counted, continuation, context).bind(host: "127.0.0.1", port: 0).get()
    case .deaf:
      channel = try await Self.streams(.counted, continuation)
        .childChannelOption(.autoRead, value: false).bind(host: "127.0.0.1", port: 0).get()
    }
    port = UInt16(channel.localAddress?.port ?? 0)
  }

  deinit { channel.close(promise: nil) }

  func stop() async throws { try await channel.close() }

  /// A port on which nobody listens.
  static func deadPort() async throws -> UInt16 {
    let server = try await SyslogServer(.tcp(port: 0))
    try await server.stop()
    return server.port
  }

  /// The next `count` messages.
  func next(_ count: Int) async -> [String] {
    var result: [String] = []
    var iterator = messages.makeAsyncIterator()
    while result.count < count, let message = await iterator.next() { result.append(message) }
    return result
  }

  private static func datagrams(_ continuation: AsyncStream<String>.Continuation) -> DatagramBootstrap {
    DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelOption(.socketOption(.so_reuseaddr), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(DatagramCollector(continuation))
        }
      }
  }

  private static func streams(
    _ framing: StreamCollector.Framing, _ continuation: AsyncStream<String>.Continuation, _ tls: NIOSSLContext? = nil
  ) -> ServerBootstrap {
    ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(StreamCollector(framing, continuation))
        }
      }
  }
}

extension EventLoopGroup where Self == MultiThreadedEventLoopGroup {
  static var singletonMultiThreadedEventLoopGroup: MultiThreadedEventLoopGroup { .singleton }
}

private final class DatagramCollector: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  private let continuation: AsyncStream<String>.Continuation
  init(_ continuation: AsyncStream<String>.Continuation) { self.continuation = continuation }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    continuation.yield(String(buffer: unwrapInboundIn(data).data))
  }
}

private final class StreamCollector: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  enum Framing { case counted, countedOnce, nul }

  private let framing: Framing
  private let continuation: AsyncStream<String>.Continuation
  private var received = ByteBuffer()

  init(_ framing: Framing, _ continuation: AsyncStream<String>.Continuation) {
    (self.framing, self.continuation) = (framing, continuation)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received.writeImmutableBuffer(unwrapInboundIn(data))
    while let message = nextMessage() {
      continuation.yield(message)
      if framing == .countedOnce { return context.close(promise: nil) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func nextMessage() -> String? {
    let view = received.readableBytesView
    guard framing != .nul else {
      guard let end = view.firstIndex(of: 0) else { return nil }
      let message = received.readString(length: end - view.startIndex)
      received.moveReaderIndex(forwardBy: 1)
      return message
    }
    guard let space = view.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    guard let count = Int(String(decoding: view[..<space], as: UTF8.self)) else { return "no octet count" }
    let digits = space - view.startIndex + 1
    guard view.count >= digits + count else { return nil }
    received.moveReaderIndex(forwardBy: digits)
    return received.readString(length: count)
  }
}

extension TestCertificate {
  var serverContext: NIOSSLContext {
    get throws {
      try NIOSSLContext(
        configuration: .makeServerConfiguration(
          certificateChain: NIOSSLCertificate.fromPEMFile(certificatePath).map { .certificate($0) },
          privateKey: .privateKey(NIOSSLPrivateKey(file: keyPath, format: .pem))))
    }
  }
}
