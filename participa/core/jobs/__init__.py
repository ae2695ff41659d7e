"""Work too long for a request: the queue, its worker and the jobs people wait for."""
