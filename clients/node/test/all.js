'use strict';

require('./away.test');
require('./gather.test');
require('./task_group.test');
