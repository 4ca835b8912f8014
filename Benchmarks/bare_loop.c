/* The least that any sensor does: read every packet with libpcap and touch every byte.
   usage: bare_loop FILE; prints packets, bytes, wall seconds, CPU seconds and the sum. */

#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

int main(int count, char **arguments) {
  char error[PCAP_ERRBUF_SIZE];
  if (count != 2) {
    fprintf(stderr, "usage: bare_loop FILE\n");
    return 2;
  }
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  pcap_t *capture = pcap_open_offline(arguments[1], error);
  if (capture == NULL) {
    fprintf(stderr, "bare_loop: %s\n", error);
    return 2;
  }
  struct pcap_pkthdr *header;
  const u_char *bytes;
  uint64_t packets = 0, total = 0, sum = 0;
  int status;
  while ((status = pcap_next_ex(capture, &header, &bytes)) == 1) {
    size_t place = 0;
    for (; place + 8 <= header->caplen; place += 8) {
      uint64_t word;
      memcpy(&word, bytes + place, 8);
      sum += word;
    }
    for (; place < header->caplen; place++) sum += bytes[place];
    packets++;
    total += header->caplen;
  }
  if (status == PCAP_ERROR) {
    fprintf(stderr, "bare_loop: %s\n", pcap_geterr(capture));
    return 2;
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double wall = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
  printf("%llu packets, %llu bytes, %.3f s, %.3f CPU s, sum %016llx\n", (unsigned long long)packets,
         (unsigned long long)total, wall, seconds(usage.ru_utime) + seconds(usage.ru_stime), (unsigned long long)sum);
  pcap_close(capture);
  return 0;
}
