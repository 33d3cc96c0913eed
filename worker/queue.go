package worker

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"tussentijds/care"
)

// The queues of jobs, by how long a person would notice a delay.
const (
	queueCritical = "critical" // publishing, making tasks.
	queueDefault  = "default"
	queueReports  = "reports" // building them: much work that nobody waits for at the screen, with hands of its own.
)

// queues are all of them, with the share that each gets of the workers while all have work, so that none starves. Reminders
// have their own, the most pressing first.
var queues = map[string]int{
	care.QueueAlert: 24, care.QueueSession: 12, queueCritical: 8, care.QueueTask: 6, queueDefault: 4, care.QueueDigest: 3, care.QueueReport: 2,
}

// patientQueues are those whose reminders wait in PostgreSQL while enough of them wait in Redis.
var patientQueues = []string{care.QueueSession, care.QueueTask, care.QueueDigest, care.QueueReport}

func queueOf(kind string) string {
	switch kind {
	case care.JobPublish, care.JobMaterialise:
		return queueCritical
	case care.JobBuildReport:
		return queueReports
	}
	return queueDefault
}

// patience is how long Redis may take to accept a task. A request waits for it, and the sweeper has another way.
const patience = 2 * time.Second

// Queue wakes workers through Redis. It is care's Queue for every process, workers or not.
type Queue struct {
	client *asynq.Client
	redis  redis.UniversalClient
	log    *slog.Logger
}

// NewQueue makes a queue on a Redis connection, which stays its owner's to close.
func NewQueue(client redis.UniversalClient, log *slog.Logger) *Queue {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Queue{client: asynq.NewClientFromRedisClient(client), redis: client, log: log}
}

// Wake says that a job is due. A wake-up that is lost costs seconds: the sweeper finds the job in PostgreSQL.
func (q *Queue) Wake(ctx context.Context, kind string, practiceID, jobID uuid.UUID) {
	// The request that made the job may end before Redis has answered.
	if err := q.job(context.WithoutCancel(ctx), care.DueJob{PracticeID: practiceID, ID: jobID, Kind: kind}); err != nil {
		q.log.Warn("a wake-up was lost; the sweeper will find the job", "kind", kind)
	}
}

// job hands a job to a worker. Its name keeps the sweeper from handing it out again and again while it waits; the name
// changes with time, because a task that ended badly keeps its own in Asynq's archive.
func (q *Queue) job(ctx context.Context, j care.DueJob) error {
	name := "job:" + j.ID.String() + ":" + strconv.FormatInt(time.Now().Unix()/600, 36)
	return q.enqueue(ctx, taskJob, jobPayload{Practice: j.PracticeID, Job: j.ID}, asynq.Queue(queueOf(j.Kind)), asynq.TaskID(name), asynq.MaxRetry(3))
}

// reminders hands a batch to a worker. Its name is the claim's: handed out twice it is one task, and the next claim of the same
// reminders is another one.
func (q *Queue) reminders(ctx context.Context, b care.DueBatch) error {
	return q.enqueue(ctx, taskReminders, remindersPayload{Practice: b.PracticeID, IDs: b.IDs}, asynq.Queue(b.Queue), asynq.TaskID("reminders:"+b.Claim), asynq.MaxRetry(3))
}

// builds hands a batch of reports to a worker, named by its claim.
func (q *Queue) builds(ctx context.Context, b care.BuildBatch) error {
	name := "builds:" + b.IDs[0].String() + ":" + strconv.FormatInt(b.Until.UnixMicro(), 36)
	return q.enqueue(ctx, taskReports, reportsPayload{Practice: b.PracticeID, IDs: b.IDs, Until: b.Until}, asynq.Queue(queueReports), asynq.TaskID(name), asynq.MaxRetry(3))
}

// buildsWaiting counts the batches of reports that wait in Redis for a worker.
func (q *Queue) buildsWaiting(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	n, err := q.redis.LLen(ctx, pendingKey(queueReports)).Result()
	return int(n), err
}

// waiting counts the batches that wait in Redis for a worker, alerts apart.
func (q *Queue) waiting(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	pipe := q.redis.Pipeline()
	lengths := make([]*redis.IntCmd, len(patientQueues))
	for i, name := range patientQueues {
		lengths[i] = pipe.LLen(ctx, pendingKey(name))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return 0, err
	}
	n := 0
	for _, l := range lengths {
		n += int(l.Val())
	}
	return n, nil
}

// pendingKey is where Asynq keeps what waits in a queue. Its own way to ask, the inspector, weighs the memory of every queue
// each time.
func pendingKey(queue string) string { return "asynq:{" + queue + "}:pending" }

// clock hands out what the clock makes due, named by its moment: the name is kept for a while after it is done, so that a
// second scheduler's is refused.
func (q *Queue) clock(ctx context.Context, kind string, moment time.Time) error {
	name := kind + ":" + moment.UTC().Format("2006-01-02T15:04:05")
	return q.enqueue(ctx, kind, struct{}{}, asynq.Queue(queueDefault), asynq.TaskID(name), asynq.Retention(5*time.Minute), asynq.MaxRetry(1))
}

// enqueue hands a task to Asynq; one that is there already is as good.
func (q *Queue) enqueue(ctx context.Context, kind string, payload any, options ...asynq.Option) error {
	raw, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err = q.client.EnqueueContext(ctx, asynq.NewTask(kind, raw, append(options, asynq.Timeout(taskTimeout))...))
	if errors.Is(err, asynq.ErrTaskIDConflict) {
		return nil
	}
	return err
}
