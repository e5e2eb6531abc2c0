-- Labels that say what 'others' meant become a type. What stays unclear stays 'others'.

UPDATE availability_intervals
SET availability_type = CASE
        WHEN label ~* '\m(job|work|shift|internship)' THEN 'work'
        ELSE 'personal'
    END::availability_type
WHERE availability_type = 'others'
  AND label ~* '\m(job|work|shift|internship|family|grand|prayer|doctor|clinic|personal)';
