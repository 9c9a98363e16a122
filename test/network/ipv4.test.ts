import { tellStory } from './story.ts';

tellStory('IPv4');
