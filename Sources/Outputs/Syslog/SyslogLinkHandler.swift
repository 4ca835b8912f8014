import NIOCore

/// Tells the courier what happens to its connection.
final class SyslogLinkHandler: ChannelInboundHandler {
  typealias InboundIn = NIOAny

  private let courier: SyslogCourier
  private let generation: Int

  init(courier: SyslogCourier, generation: Int) { (self.courier, self.generation) = (courier, generation) }

  /// Servers say nothing in syslog; what they say all the same is dropped.
  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    courier.send()
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    courier.refused("\(error)", generation)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    courier.ended(generation)
    context.fireChannelInactive()
  }
}
