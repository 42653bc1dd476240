package main

import (
	"net"
	"time"
)

func main() {
	s, err := net.ListenPacket("udp4", "0.0.0.0:69")
	if err != nil {
		panic(err)
	}
	data := make([]byte, 999)
	for {
		_, client, _ := s.ReadFrom(data)
		for _, wait := range []time.Duration{1, 2, 4, 0} {
			s.WriteTo([]byte("\x00\x03\x00\x01x"), client)
			time.Sleep(wait * time.Second)
		}
	}
}
