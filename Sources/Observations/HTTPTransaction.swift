/// One field line of a message head. Values of credentials are masked before they get here.
package struct HTTPField: Sendable, Equatable {
  package let name: String
  package let value: String
  package init(name: String, value: String) { (self.name, self.value) = (name, value) }
}

/// A request head as it was sent, secrets masked. Immutable, shared by everything observed about the request.
package final class HTTPRequest: Sendable {
  package let method: String
  /// The request target as sent (RFC 9112 section 3.2), secrets masked.
  package let target: String
  /// `HTTP/1.1`
  package let version: String
  /// The host that the request names: from an absolute or authority target, else from `Host`; lower case, no port.
  package let host: String?
  /// The port named beside the host, where there is one.
  package let port: UInt16?
  package let userAgent: String?
  package let contentType: String?
  package let referer: String?
  /// All fields in order; empty unless the run asked for http events.
  package let fields: [HTTPField]
  /// Names and values that indicators look at, masked: every field whose name an indicator lists.
  package let notedFields: [HTTPField]
  /// What the head carries and nothing names.
  package let values: [UnnamedValue]
  /// Position among the requests of its flow, from 0.
  package let index: UInt64
  /// The stream that carried it, in HTTP/2: RFC 9113 section 5.1.1.
  package let streamID: UInt32?

  package init(
    method: String, target: String, version: String, host: String?, port: UInt16?, userAgent: String? = nil,
    contentType: String? = nil, referer: String? = nil, fields: [HTTPField] = [], notedFields: [HTTPField] = [],
    values: [UnnamedValue] = [], index: UInt64 = 0, streamID: UInt32? = nil
  ) {
    (self.method, self.target, self.version, self.host, self.port) = (method, target, version, host, port)
    (self.userAgent, self.contentType, self.referer) = (userAgent, contentType, referer)
    (self.fields, self.notedFields, self.values) = (fields, notedFields, values)
    (self.index, self.streamID) = (index, streamID)
  }
}

extension HTTPRequest {
  /// The same request, continued on a stream: after an Upgrade from HTTP/1.1 to `h2c`.
  package func onStream(_ id: UInt32) -> HTTPRequest {
    HTTPRequest(
      method: method, target: target, version: "HTTP/2", host: host, port: port, userAgent: userAgent,
      contentType: contentType, referer: referer, fields: fields, notedFields: notedFields, values: values,
      index: index, streamID: id)
  }
}

/// A response head, secrets masked. Immutable and shared, as the request is.
package final class HTTPResponse: Sendable {
  package let version: String
  package let status: Int
  package let contentType: String?
  package let location: String?
  package let fields: [HTTPField]

  package init(version: String, status: Int, contentType: String?, location: String?, fields: [HTTPField]) {
    (self.version, self.status, self.contentType) = (version, status, contentType)
    (self.location, self.fields) = (location, fields)
  }
}

/// A request with the response that answered it; either may be missing where the capture lacks it.
package struct HTTPTransaction: Sendable {
  package var request: HTTPRequest?
  package var response: HTTPResponse?
  /// Body bytes after de-chunking, before decompression.
  package var requestBodyByteCount: Int
  package var responseBodyByteCount: Int
  /// The stream, in HTTP/2; known even where the request is not.
  package var streamID: UInt32?

  package init(
    request: HTTPRequest?, response: HTTPResponse?, requestBodyByteCount: Int, responseBodyByteCount: Int,
    streamID: UInt32? = nil
  ) {
    (self.request, self.response, self.streamID) = (request, response, streamID)
    (self.requestBodyByteCount, self.responseBodyByteCount) = (requestBodyByteCount, responseBodyByteCount)
  }
}
