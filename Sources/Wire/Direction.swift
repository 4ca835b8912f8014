/// Which way bytes travel on a flow; the client is the side that opened it.
package enum Direction: UInt8, Sendable, BitwiseCopyable {
  case toServer, toClient
  package var opposite: Direction { self == .toServer ? .toClient : .toServer }
}
