import Observations

extension JSONLineWriter {
  /// The `http` object of a request with its response, as Suricata has it: `http_content_type` and `length` speak of the
  /// response.
  mutating func http(_ transaction: HTTPTransaction) {
    object("http") { http in
      if let request = transaction.request { http.requestBasics(request) }
      let response = transaction.response
      http.field("http_content_type", response?.contentType)
      if let request = transaction.request { http.requestLine(request) }
      if transaction.request == nil { http.field("protocol", response?.version) }
      if let response {
        http.field("status", response.status)
        if (300..<400).contains(response.status) { http.field("redirect", response.location) }
      }
      http.field("length", transaction.responseBodyByteCount)
      http.http2(streamID: transaction.streamID)
      http.fields("request_headers", transaction.request?.fields ?? [])
      http.fields("response_headers", response?.fields ?? [])
    }
  }

  /// The `http` object of an alert: the request alone, for the alert leaves before the response is over.
  mutating func http(_ request: HTTPRequest, withFields: Bool) {
    object("http") { http in
      http.requestBasics(request)
      http.requestLine(request)
      http.http2(streamID: request.streamID)
      if withFields { http.fields("request_headers", request.fields) }
    }
  }

  private mutating func requestBasics(_ request: HTTPRequest) {
    field("hostname", request.host)
    if let port = request.port { field("http_port", port) }
    field("url", request.target)
    field("http_user_agent", request.userAgent)
  }

  private mutating func requestLine(_ request: HTTPRequest) {
    field("http_refer", request.referer)
    field("http_method", request.method)
    field("protocol", request.version)
  }

  private mutating func http2(streamID: UInt32?) {
    guard let streamID else { return }
    object("http2") { $0.field("stream_id", Int(streamID)) }
  }

  /// Absent when empty: the schema asks for at least one.
  private mutating func fields(_ key: String, _ fields: [HTTPField]) {
    guard !fields.isEmpty else { return }
    array(key) { array in
      for field in fields {
        array.element { element in
          element.field("name", field.name)
          element.field("value", field.value)
        }
      }
    }
  }
}
