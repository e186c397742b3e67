// The exports of curl.wasm with their types. Pointers are branded, so that they cannot be confused.

import type { WasmMemory } from '../../shim/platform.js'

export type EasyPtr = number & { readonly _: 'CURL*' }
export type MultiPtr = number & { readonly _: 'CURLM*' }
export type SharePtr = number & { readonly _: 'CURLSH*' }
export type SlistPtr = number & { readonly _: 'curl_slist*' }
export type MimePtr = number & { readonly _: 'curl_mime*' }
export type MimePartPtr = number & { readonly _: 'curl_mimepart*' }
export type UrlPtr = number & { readonly _: 'CURLU*' }
/** A C string. */
export type StringPtr = number & { readonly _: 'char*' }
/** Memory of no particular type. */
export type Ptr = number

export interface Exports {
  memory: WasmMemory
  _initialize(): void
  malloc(size: number): Ptr
  free(at: Ptr): void
  /** Bytes that are currently allocated. */
  memory_in_use(): number

  global_init(): number
  curl_version(): StringPtr
  curl_version_info(age: number): Ptr
  curl_global_trace(config: StringPtr): number
  curl_easy_strerror(code: number): StringPtr
  curl_multi_strerror(code: number): StringPtr
  curl_share_strerror(code: number): StringPtr
  curl_url_strerror(code: number): StringPtr

  curl_easy_option_by_id(id: number): Ptr
  curl_easy_option_by_name(name: StringPtr): Ptr
  curl_easy_option_next(previous: Ptr): Ptr
  option_name(option: Ptr): StringPtr
  option_id(option: Ptr): number
  option_type(option: Ptr): number
  option_is_alias(option: Ptr): number

  curl_easy_init(): EasyPtr
  curl_easy_cleanup(easy: EasyPtr): void
  curl_easy_reset(easy: EasyPtr): void
  curl_easy_duphandle(easy: EasyPtr): EasyPtr
  curl_easy_pause(easy: EasyPtr, action: number): number
  curl_easy_upkeep(easy: EasyPtr): number
  easy_ssls_export(easy: EasyPtr): number
  curl_easy_ssls_import(
    easy: EasyPtr,
    sessionKey: Ptr,
    shmac: Ptr,
    shmacLength: number,
    data: Ptr,
    dataLength: number,
  ): number
  curl_easy_send(easy: EasyPtr, data: Ptr, length: number, sent: Ptr): number
  curl_easy_recv(easy: EasyPtr, buffer: Ptr, size: number, received: Ptr): number
  curl_easy_header(easy: EasyPtr, name: StringPtr, index: number, origin: number, request: number, out: Ptr): number
  curl_easy_nextheader(easy: EasyPtr, origin: number, request: number, previous: Ptr): Ptr
  easy_setopt_long(easy: EasyPtr, option: number, value: number): number
  easy_setopt_off_t(easy: EasyPtr, option: number, value: number): number
  easy_setopt_pointer(easy: EasyPtr, option: number, value: Ptr): number
  easy_setopt_blob(easy: EasyPtr, option: number, data: Ptr, length: number): number
  easy_setopt_callback(easy: EasyPtr, option: number, data: Ptr): number
  heads_read(easy: EasyPtr, most: number): Ptr
  heads_begin(heads: Ptr): void
  heads_free(heads: Ptr): void
  easy_getinfo(easy: EasyPtr, info: number, out: Ptr): number
  easy_summary(easy: EasyPtr): Ptr

  tls_version(easy: EasyPtr): StringPtr
  tls_cipher(easy: EasyPtr): StringPtr
  tls_alpn(easy: EasyPtr, name: Ptr): number
  tls_end(easy: EasyPtr): number
  easy_offer_alpn(easy: EasyPtr, list: Ptr): number

  curl_ws_recv(easy: EasyPtr, buffer: Ptr, size: number, received: Ptr, meta: Ptr): number
  curl_ws_meta(easy: EasyPtr): Ptr
  /** Only the full module has it. */
  ws_start_frame?(easy: EasyPtr, flags: number, length: number): number
  ws_mask(at: Ptr, length: number, key: number, offset: number): void
  ws_send(easy: EasyPtr, data: Ptr, length: number, sent: Ptr, fragmentSize: number, flags: number): number

  sha1(data: Ptr, length: number, digest: Ptr): number

  /** `codings` has four bits for each coding. Returns 0 if out of memory. */
  decoder_new(codings: number): Ptr
  /** Returns where to write the next coded bytes, 0 if out of memory. */
  decoder_feed(decoder: Ptr, length: number): Ptr
  /** Returns how many bytes there are at decoder_output(), or a negative number for an error. */
  decoder_drain(decoder: Ptr): number
  decoder_output(): Ptr
  decoder_is_complete(decoder: Ptr): number
  decoder_error(decoder: Ptr): StringPtr
  decoder_free(decoder: Ptr): void

  /** Returns 0 if out of memory. */
  inflater_new(windowBits: number): Ptr
  /** Returns how many bytes there are at decoder_output(), or a negative number for an error. */
  inflater_feed(inflater: Ptr, at: Ptr, length: number, last: number): number
  inflater_drain(inflater: Ptr): number
  inflater_free(inflater: Ptr): void
  /** Returns 0 if out of memory. */
  deflater_new(windowBits: number): Ptr
  /** Returns how many bytes there are at decoder_output(). */
  deflater_feed(deflater: Ptr, at: Ptr, length: number, last: number): number
  deflater_drain(deflater: Ptr): number
  deflater_free(deflater: Ptr): void

  curl_slist_append(list: SlistPtr, text: StringPtr): SlistPtr
  curl_slist_free_all(list: SlistPtr): void

  curl_url(): UrlPtr
  curl_url_dup(url: UrlPtr): UrlPtr
  curl_url_cleanup(url: UrlPtr): void
  curl_url_get(url: UrlPtr, part: number, out: Ptr, flags: number): number
  curl_url_set(url: UrlPtr, part: number, text: Ptr, flags: number): number
  curl_easy_escape(easy: 0, text: Ptr, length: number): StringPtr
  curl_easy_unescape(easy: 0, text: Ptr, length: number, outLength: Ptr): Ptr
  curl_free(at: Ptr): void
  /** Returns -1 if the text is not a date. */
  parse_date(text: StringPtr): number

  is_public_suffix(domain: StringPtr): number

  file_open(path: StringPtr): Ptr
  file_close(file: Ptr): void

  curl_mime_init(easy: EasyPtr): MimePtr
  curl_mime_free(mime: MimePtr): void
  curl_mime_addpart(mime: MimePtr): MimePartPtr
  curl_mime_name(part: MimePartPtr, name: StringPtr): number
  curl_mime_filename(part: MimePartPtr, name: StringPtr): number
  curl_mime_type(part: MimePartPtr, type: StringPtr): number
  curl_mime_encoder(part: MimePartPtr, encoder: StringPtr): number
  curl_mime_data(part: MimePartPtr, data: Ptr, length: number): number
  /** `size` is -1 where it is not known. */
  mime_data_source(part: MimePartPtr, size: number, source: number): number
  curl_mime_filedata(part: MimePartPtr, path: StringPtr): number
  curl_mime_subparts(part: MimePartPtr, mime: MimePtr): number
  curl_mime_headers(part: MimePartPtr, list: SlistPtr, takeOwnership: number): number

  multi_init(): MultiPtr
  curl_multi_cleanup(multi: MultiPtr): number
  idle_look(admin: Ptr, share: Ptr, s: number, id: number, over: number): void
  curl_multi_add_handle(multi: MultiPtr, easy: EasyPtr): number
  curl_multi_remove_handle(multi: MultiPtr, easy: EasyPtr): number
  curl_multi_assign(multi: MultiPtr, s: number, value: Ptr): number
  curl_multi_wakeup(multi: MultiPtr): number
  curl_multi_notify_enable(multi: MultiPtr, notification: number): number
  curl_multi_notify_disable(multi: MultiPtr, notification: number): number
  curl_pushheader_bynum(headers: Ptr, index: number): StringPtr
  socket_action(multi: MultiPtr, s: number, events: number): number
  multi_socket_all(multi: MultiPtr): number
  multi_timeout(multi: MultiPtr): number
  multi_info_read(multi: MultiPtr, result: Ptr): EasyPtr
  multi_setopt_long(multi: MultiPtr, option: number, value: number): number
  multi_setopt_off_t(multi: MultiPtr, option: number, value: number): number
  multi_setopt_pointer(multi: MultiPtr, option: number, value: Ptr): number
  multi_setopt_push(multi: MultiPtr, enable: number): number
  multi_setopt_notify(multi: MultiPtr, enable: number): number
  multi_get_offt(multi: MultiPtr, info: number): number

  curl_share_init(): SharePtr
  share_setopt(share: SharePtr, option: number, data: number): number
  curl_share_cleanup(share: SharePtr): number
}
