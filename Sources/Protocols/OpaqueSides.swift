import Matching
import Wire

/// Both directions of a flow whose protocol is not known, or not yet.
final class OpaqueSides {
  private var toServer = OpaqueSide()
  private var toClient = OpaqueSide()

  func swapRoles() { swap(&toServer, &toClient) }

  subscript(direction: Direction) -> OpaqueSide {
    get { direction == .toServer ? toServer : toClient }
    _modify {
      if direction == .toServer { yield &toServer } else { yield &toClient }
    }
  }
}

/// One of them.
struct OpaqueSide {
  /// First bytes, held until they tell what they are.
  var held: [UInt8] = []
  var scan = ScanState()

  mutating func hold(_ bytes: RawSpan) { held.append(bytes) }
}
