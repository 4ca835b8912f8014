import Foundation
import NIOCore
import NIOPosix

/// A listener on 127.0.0.1 that answers whatever comes with a short page, and a client to it.
struct WebServer {
  private let channel: any Channel
  let port: Int

  init() throws {
    channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answerer()) }
      }
      .bind(host: "127.0.0.1", port: 0).wait()
    port = channel.localAddress?.port ?? 0
  }

  func stop() { try? channel.close().wait() }

  /// Sends one GET with `key` over a connection of its own, and waits until the answer closes it.
  func request(host: String, key: String) throws {
    let head = "GET /collect HTTP/1.1\r\nHost: \(host)\r\nAuthorization: Bearer \(key)\r\n\r\n"
    let client = try ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port).wait()
    try client.writeAndFlush(ByteBuffer(string: head)).wait()
    try client.closeFuture.wait()
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
