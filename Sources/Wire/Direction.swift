/// Which way bytes travel on a flow; the client is the side that opened it.
package enum Direction: UInt8, Sendable, BitwiseCopyable {
  case toServer, toClient

  /// Asked several times a packet in other modules, where the one that the compiler makes is a call by way of a table.
  @inlinable
  package static func == (left: Direction, right: Direction) -> Bool {
    switch (left, right) {
    case (.toServer, .toServer), (.toClient, .toClient): true
    default: false
    }
  }

  package var opposite: Direction { self == .toServer ? .toClient : .toServer }
}
